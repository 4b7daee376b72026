trunk "t" { peer = "sip:t.example.net" }
extension "a" { number = "101" }
dialplan "d" {
  from = [extension.a]
  route "r" {
    match = extension.a.number
    to    = extension.a
  }
  route "out" {
    match = "+."
    to    = trunk.t
  }
}
