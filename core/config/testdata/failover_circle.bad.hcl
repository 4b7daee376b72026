trunk "a" { peer = "sip:a.example.net" }
failover "one" { order = [trunk.a, failover.two] }
failover "two" { order = [failover.three] }
failover "three" { order = [failover.one] }
