media { rtp_ports = "80-90" }
