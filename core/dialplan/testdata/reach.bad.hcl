extension "a" { number = "101" }
extension "b" { number = "102" }
extension "staff" {
  for_each = ["x", "y"]
  number   = { x = "111", y = "112" }[each.key]
}
extension "member" {
  number    = "103"
  no_answer = group.behind
}
group "used" { members = [extension.member] }
group "unused" { members = [extension.a] }
group "behind" { members = [extension.a] }
conference "unused" { number = "800" }
trunk "unused" { peer = "sip:192.0.2.1" }
trunk "out" { peer = "sip:192.0.2.2" }
dialplan "d" {
  from = [extension.a, extension.staff["x"], extension.member]
  route "group" {
    match = "1"
    to    = group.used
  }
  route "out" {
    match = "2"
    to    = call.from.number == "101" ? trunk.out : extension.staff["x"]
  }
}
