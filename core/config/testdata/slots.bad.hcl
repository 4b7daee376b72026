park "a" { slots = "71-79" }
extension "a" { number = "75" }
voicemail "a" { number = "*97" }
menu "a" {
  number          = "*97"
  prompt          = say("Enter a number.")
  dial_extensions = true
}
queue "a" {
  number  = "600"
  members = [extension.a]
}
queue "b" {
  number  = "600"
  members = [extension.a]
}
schedule "a" {
  open     = "Mon-Fri"
  override = "*21"
}
conference "a" { number = "*21" }
group "g" {
  number  = schedule.a.override
  members = [extension.a]
}
group "h" {
  number  = "71"
  members = [extension.a]
}
schedule "b" {
  open     = "Mon-Fri"
  override = "71"
}
