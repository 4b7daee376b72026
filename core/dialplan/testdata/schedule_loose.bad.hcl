extension "a" { number = "101" }
schedule "s" { open = ["Mon-Fri 08:00-18:00"] }
dialplan "d" {
  from = [extension.a]
  route "r" {
    match = "1"
    when  = schedule.s.open ? "yes" : "no"
    to    = echo()
  }
  route "s" {
    match = "2"
    to    = schedule.s.open
  }
}
