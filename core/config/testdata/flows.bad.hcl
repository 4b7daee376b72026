extension "a" { number = "101" }
flow "empty" {}
flow "steps" {
  answer {}
  say {}
  play {}
  gather { into = "a b" }
  gather {
    digits = 99
    end    = "x"
  }
  record {}
  dial {}
  wait {}
  if {
    say { txt = "hello" }
  }
  if { when = call.from.number == "1" }
  hangup { cause = "bussy" }
  jump {}
  set { a = 1 }
  to = "a"
}
