emergency {}
