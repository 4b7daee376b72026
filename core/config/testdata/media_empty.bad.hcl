media {
  rtp_ports = "30000-20000"
  codecs    = []
}
