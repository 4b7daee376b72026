sip { listen = [] }
