web {
  listen          = "0.0.0.0:8080"
  redirect        = "0.0.0.0:80"
  acme_directory  = "http://ca.example.net"
  origins         = ["https://www.example.net/page", 7]
  trusted_proxies = ["proxy.example.net"]
  ice_listen      = ["tls://192.0.2.1:8189", "udp://192.0.2.1:5060", "udp://192.0.2.1:20004"]
  push            = "pbx@example.net"
  ice_servers = [
    "turn:turn.example.net",
    { urls = "stun:stun.example.net", username = "pbx" },
    { urls = ["turn:turn.example.net", 7], username = "pbx", credential = "x" },
    { url = "turn:turn.example.net" },
    { username = "pbx", credential = "xyz" },
    { urls = "turns:turn.example.net", username = "p b x", credential = "xyz" },
    "turn://turn.example.net",
    7,
  ]
  turn {
    listen           = ["udp://0.0.0.0:8189", "tls://0.0.0.0:5349"]
    external_address = "turn.example.net"
    relay_ports      = "29000-30999"
    allow            = ["192.168.0.1/16"]
  }
}
