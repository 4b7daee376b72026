extension "a" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
queue "never" {
  members           = [extension.a]
  strategy          = "longest_idel"
  announce_position = "1s"
  wrap_up           = "2h"
  max_misses        = 0
  busy              = extension.a
  on_max_wait       = extension.a
}
queue "wrong" {
  members           = [trunk.t]
  announce_position = 30
  no_answer         = extension.a
}
trunk "t" { peer = "sip:10.0.0.1" }
