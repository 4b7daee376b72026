extension "anna" { number = "101" }
schedule "office" {
  open     = ["Mon-Fri 08:00-18:00"]
  override = "*79"
}
features {
  forward_always = "#72"
  intercom       = ""
}
dialplan "internal" {
  from = [extension.anna]
  route "voicemail" { # no code of ours
    match = ["*97", "*80"]
    to    = echo()
  }
  route "own" {
    match = ["*78", "*72X", "#72X."]
    when  = schedule.office.open
    to    = echo()
  }
  route "stars" {
    match = ["*X", "*7X", "*."]
    to    = echo()
  }
  route "rest" { # takes no codes
    to = extension.anna
  }
}
