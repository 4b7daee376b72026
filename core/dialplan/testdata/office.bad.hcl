trunk "t" { peer = "sip:t.example.net" }
trunk "u" { peer = "sip:u.example.net" }
failover "used" { order = [trunk.t] }
failover "unused" { order = [trunk.u] }
extension "a" {
  number         = "101"
  forward_always = menu.m
}
extension "help" { number = "112" }
emergency {
  numbers = ["112", "+49 110"]
  via     = failover.used
  notify  = [extension.help]
}
schedule "asked" {
  open     = ["Mon-Fri 08:00-18:00"]
  override = "*21"
}
schedule "not" { open = ["Mon-Fri 08:00-18:00"] }
voicemail "listened" {}
voicemail "unused" {}
conference "unused" { pin = "1234" }
menu "m" {
  prompt = say("Press 1, or 2.")
  key "1" { to = queue.q }
  key "2" { to = voicemail.listened.access }
  otherwise = { tries = 1, to = menu.m }
}
menu "unused" {
  prompt = say("Press 1.")
  key "1" { to = voicemail.unused }
}
queue "q" {
  members     = [extension.help]
  max_wait    = "1m"
  on_max_wait = flow.f
}
queue "unused" { members = [extension.a] }
park "unused" { slots = "71-79" }
flow "f" {
  answer {}
  to = extension.a
}
flow "unused" {
  answer {}
  to = echo()
}
dialplan "d" {
  from = [extension.a, extension.help]
  route "r" {
    match = "1XX"
    when  = schedule.asked.open
    to    = extension.a
  }
  route "help" {
    match = ["112", "11[02]", "+49110"]
    to    = extension.a
  }
  route "switch" {
    match = "*21"
    to    = extension.a
  }
}
dialplan "u" {
  from = [trunk.u]
  route "help" {
    match = ["112", "*21"]
    to    = extension.a
  }
}
