// Steps of the test of a page of one's own.

// serve puts a script under a path of the switch, as a proxy before it would.
export const serve = (page, { path, script }) => page.route(`**${path}`, (r) => r.fulfill({ contentType: 'text/javascript', body: script }))
