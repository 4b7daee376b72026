pbx { country = "DE" }
extension "a" { number = "101" }
dialplan "d" {
  from = [extension.a]
  route "first" {
    match = ["1XX", "+49."]
    to    = extension.a
  }
  route "shadowed" {
    match = ["1[2-4]{x:N}", "2XX", "+4930{rest:.}"]
    to    = echo()
  }
  route "conditional" {
    match = "3XX"
    when  = call.from.name == "x"
    to    = echo()
  }
  route "free" {
    match = "300"
    to    = echo()
  }
  route "never" {
    match = "4"
    when  = false
    to    = echo()
  }
  route "national" {
    match = ["0305550100", "+49 30 5550100"]
    to    = echo()
  }
  route "all" { to = echo() }
  route "after" {
    match = re("9.*")
    to    = echo()
  }
  route "again" { to = echo() }
}
