extension {
  number = "101"
}

pbx "main" {}

group "a" "b" {
  members = []
}

trunk "my trunk" {
  peer = "sip:192.0.2.1"
}

sip {}
sip {}
