extension "x" {
  number    = "101"
  no_answer = group.a
}
group "a" {
  members = [extension.x]
  busy    = extension.y
}
extension "y" {
  number      = "102"
  unavailable = extension.x
}
extension "v" {
  number         = "103"
  no_answer      = extension.v
  forward_always = extension.w
}
extension "w" {
  number         = "104"
  forward_always = extension.v
}
queue "q" {
  members     = [extension.x]
  max_wait    = "1m"
  on_max_wait = menu.m
}
menu "m" {
  prompt = say("Press a key.")
  key "1" { to = menu.m }
  key "2" { to = group.b }
  key "3" { to = queue.q }
  otherwise = { tries = 1, to = flow.f }
}
flow "f" {
  answer {}
  to = queue.q
}
group "b" {
  members   = [extension.x]
  no_answer = menu.m
}
