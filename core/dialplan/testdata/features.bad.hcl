extension "anna" { number = "101" }
schedule "office" {
  open     = ["Mon-Fri 08:00-18:00"]
  override = "*79"
}
voicemail "box" {}
features {
  forward_always = "#72"
  intercom       = ""
}
dialplan "internal" {
  from = [extension.anna]
  route "voicemail" { # no code of ours
    match = ["*99", "*80"]
    to    = echo()
  }
  route "own" {
    match = ["*78", "*72X", "#72X."]
    when  = schedule.office.open
    to    = echo()
  }
  route "messages" { # leads where the code would
    match = "*97"
    to    = voicemail.box.access
  }
  route "stars" {
    match = ["*X", "*7X", "*."]
    to    = echo()
  }
  route "rest" { # takes no codes
    to = extension.anna
  }
}
