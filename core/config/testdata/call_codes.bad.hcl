features {
  record          = "*5"
  record_pause    = "*51"
  record_announce = "We record"
}
extension "a" {
  number           = "101"
  record_on_demand = "yes"
}
conference "c" {
  number          = "800"
  record_announce = say("We record.")
}
