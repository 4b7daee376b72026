pbx { timezone = "Europe/Berlin" }
extension "a" { number = "101" }
schedule "a" {
  open = [
    "Mon-Fri",
    "",
    "Mon 1 2",
    "Mo-Fri 08:00-18:00",
    "Mon-Fr 08:00-18:00",
    "Mon 8-18",
    "Mon 08:00",
    "Mon 08:00-24:30",
    "Mon 08:00-08:00",
    "Mon 24:00-08:00",
    800,
  ]
  closed = [
    "24.12.2026",
    "2026-02-30",
    "2026-12-24/2026-01-01",
    "2026-12-24/x",
  ]
  override = "off"
  timezone = "Europe/Berln"
}
schedule "never" { open = [] }
schedule "empty" {}
extension "b" {
  number    = schedule.a.open ? "102" : "103"
  name      = schedule.b.open
  busy      = schedule.a
  no_answer = schedule
}
dialplan "d" {
  from = [extension.a]
  route "r" {
    match = "1"
    when  = schedule.a.openn
    to    = schedule.a
  }
  route "s" {
    match = "2"
    when  = schedule.a.timezone
    to    = echo()
  }
}
