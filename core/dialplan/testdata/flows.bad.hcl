extension "a" {
  number   = "101"
  may_dial = ["+49.", "0049.", "[3"]
}
flow "f" {
  set { a = match.b }
  gather { into = "b" }
  set { c = match.b }
  if { when = match.c }
  if { when = match.b == "1" && call.from.nmber == "1" }
}
dialplan "d" {
  from = [extension.a]
  route "r" { to = flow.f }
}
