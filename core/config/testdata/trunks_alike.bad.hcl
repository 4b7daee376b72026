trunk "a" {
  peer  = "sip:192.0.2.1"
  allow = ["198.51.100.0/24"]
}
trunk "b" { peer = "sip:192.0.2.1:5060;transport=tcp" }
trunk "c" {
  peer  = "sip:192.0.2.2"
  allow = ["198.51.100.0/24"]
}
