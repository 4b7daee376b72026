trunk "register" {
  peer     = "sip:sip.example.net"
  register = true
}
trunk "none" {}
trunk "bare" { peer = "sip.example.net" }
trunk "user" { peer = "sip:me@sip.example.net" }
trunk "port" { peer = "sip:192.0.2.1:99999" }
trunk "param" { peer = "sip:192.0.2.1;lr" }
trunk "more" {
  peer      = "sip:192.0.2.9"
  allow     = ["here"]
  max_calls = 0
  format    = "E164"
  caller_id = "main"
  media {
    codecs     = ["gsm"]
    encryption = "of"
    denoise    = 3
    symmetric  = true
  }
}
