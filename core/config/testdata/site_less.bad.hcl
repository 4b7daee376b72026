web {
  cert = "cert.pem"
  key  = "key.pem"
  acme = "pbx.example.net"
}
mail {}
