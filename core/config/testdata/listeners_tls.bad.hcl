sip {
  listen = ["tcp://127.0.0.1:5061", "udp://127.0.0.1:5061", "tls://127.0.0.1:5061", "tls://127.0.0.1:8080"]
  cert   = "cert.pem"
  key    = "key.pem"
}
