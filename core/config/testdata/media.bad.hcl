media {
  address    = "eth0"
  rtp_ports  = "20000"
  codecs     = ["opus", "g729", "pcm", "opus"]
  encryption = "mandatory"
  symmetric  = "yes"
  denoise    = "heavy"
  gain       = "loud"
  music      = 7
}
web {
  listen = "8080"
  acme   = "pbx.example.net"
}
