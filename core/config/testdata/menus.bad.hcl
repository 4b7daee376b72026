extension "a" {
  number         = "101"
  forward_always = extension.a
  may_dial       = [49, null, extension.a, "+49."]
  pickup_group   = "the sales"
  max_calls      = 0
  do_not_disturb = "yes"
}
menu "empty" {}
menu "keys" {
  prompt = say("Press a key.")
  wait   = "0s"
  key "10" { to = extension.a }
  key "1" { to = extension.a }
  key "1" { to = extension.b }
  key "2" {}
  otherwise = { tries = 20, two = extension.a, to = "a" }
}
menu "otherwise" {
  prompt          = say("Enter a number.")
  dial_extensions = true
  otherwise       = extension.a
}
queue "q" {
  members     = [menu.keys]
  strategy    = "rase"
  on_max_wait = extension.a
}
queue "none" {}
park "none" {}
park "one" { slots = "a-b" }
park "two" { slots = "7-79" }
park "three" { slots = "79-71" }
park "four" { slots = "1000-9999" }
park "long" { slots = "7000000-7000009" }
