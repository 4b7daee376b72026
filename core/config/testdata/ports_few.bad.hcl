media { rtp_ports = "20000-20002" }
