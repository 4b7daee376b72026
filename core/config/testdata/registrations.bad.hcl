trunk "a" {
  peer     = "sip:a.example.net"
  username = "12 34"
  secret   = "two\nlines"
  expires  = "10m"
}
trunk "b" {
  peer         = "sips:b.example.net"
  register     = true
  username     = ""
  expires      = "1s"
  options_ping = "1s"
}
trunk "c" {
  peer         = "sip:c.example.net;transport=tls"
  options_ping = 30
  register     = "yes"
}
trunk "d" {
  peer          = "sip:d.example.net"
  auth_username = 17
  options_ping  = "never"
}
