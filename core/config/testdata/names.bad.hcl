locals {
  day = "x"
  sub {}
}

locals {
  day = "y"
}

variable "v" { default = "1" }
variable "v" { default = "2" }

extension "a" { number = "101" }
extension "a" { number = "102" }

dialplan "d" {
  from = [extension.a]
  route "r" { to = echo() }
  route "r" { to = echo() }
}

dialplan "d" {
  from = []
}
