pbx { language = "german" }
media {
  music = "hold.wav"
}
web {
  cert        = "cert.pem"
  acme        = "https://pbx.example.net"
  origins     = ["www.example.net"]
  ice_servers = ["stun.example.net"]
  turn {
    listen      = "0.0.0.0:3478"
    relay_ports = "1-2"
  }
}
mail {
  smtp = "a b"
  from = "us"
}
