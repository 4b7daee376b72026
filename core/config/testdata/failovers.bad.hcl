trunk "a" { peer = "sip:a.example.net" }
trunk "b" { peer = "sip:b.example.net" }
extension "x" { number = "101" }
failover "none" {}
failover "empty" { order = [] }
failover "kinds" { order = [trunk.a, trunk.a, extension.x, "b"] }
failover "reasons" {
  order   = [trunk.a]
  next_on = ["timeout:1m", "timeout", "unregistred", "7xx", "999", "486", 503]
}
emergency {
  numbers   = ["one", "112"]
  via       = extension.x
  caller_id = "anna"
  notify    = [trunk.a]
}
extension "y" {
  number = "102"
  busy   = emergency
}
