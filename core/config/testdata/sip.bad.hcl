sip {
  listen = [
    "0.0.0.0:5060",
    "tls://0.0.0.0:5061",
    "wss://0.0.0.0:443",
    "upd://0.0.0.0:5060",
    "udp://0.0.0.0",
    "udp://[::1]",
    "udp://:5060",
    "udp://localhost:5060",
    "udp://0.0.0.0:sip",
    "udp://what is this",
    "udp://127.0.0.1:5060",
    "udp://127.0.0.1:5060",
    5060,
  ]
  domain           = "pbx.example.net:5060"
  external_address = "pbx.example.net"
  local_networks   = ["192.168.0.0/40", "192.168.1.7/24", "192.168.1.1"]
  user_agent       = "a\r\nb"
  cert             = "cert.pem"
}
