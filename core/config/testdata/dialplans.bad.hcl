extension "a" { number = "101" }
extension "b" { number = "102" }
group "g" { members = [extension.a] }
conference "c" {}
dialplan "none" {
  route "r" { to = echo() }
}
dialplan "one" {
  from = [extension.a, group.g, "b", 5]
  route "both" {
    to   = echo()
    deny = "no"
  }
  route "neither" { match = "1" }
  route "denied" {
    deny          = "no"
    set_caller_id = "1"
    ring          = "5s"
  }
  route "number" {
    match = 101
    to    = echo()
  }
  route "list" {
    match = []
    to    = echo()
  }
  route "null" {
    match = conference.c.number
    to    = echo()
  }
  route "destination" {
    match = [extension.b, trunk.none, true]
    to    = echo()
  }
  route "destination2" {
    match = [extension.b, true, echo()]
    to    = echo()
  }
  route "late" {
    match     = call.to.number
    no_answer = extension_number(match.ext)
    to        = echo()
  }
}
dialplan "two" {
  from = extension.a
}
dialplan "empty" {
  from = []
}
