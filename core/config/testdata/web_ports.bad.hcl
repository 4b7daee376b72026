sip { listen = ["udp://127.0.0.1:3478"] }
web {
  listen     = "127.0.0.1:8080"
  ice_listen = ["tcp://0.0.0.0:8080", "udp://127.0.0.1:30005", "udp://127.0.0.1:20004"]
  turn {
    listen           = ["udp://0.0.0.0:3478"]
    relay_ports      = "29000-30999"
    external_address = "192.0.2.1"
  }
}
