package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	Done    = 0
	Wrong   = 1 // what was typed or configured is wrong
	Refused = 2 // the daemon cannot be reached, cannot start, or refused
	Bug     = 3 // of this program
)

// Program is what the commands run in.
type Program struct {
	Version        string
	Stdin          io.Reader // nil: there is none
	Stdout, Stderr io.Writer
	// Daemon runs until it is told to end; see [RunOptions].
	Daemon func(context.Context, RunOptions) error
	// Now is the time that durations are shown against; nil: [time.Now].
	Now func() time.Time
}

// grammar is the command line.
type grammar struct {
	Config string            `short:"c" env:"PLUGBOARD_CONFIG" default:"config.hcl" placeholder:"FILE-or-DIR" help:"The configuration (${default}): a file, or a folder of *.hcl."`
	Var    map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"Set a variable of the configuration."`
	URL    string            `env:"PLUGBOARD_URL" placeholder:"URL" help:"The daemon, as http://127.0.0.1:8080; else web.listen of the configuration."`
	Show   kong.VersionFlag  `name:"version" help:"Print the version."`

	Run      runCmd      `cmd:"" help:"Run the daemon."`
	Validate validateCmd `cmd:"" help:"Check a configuration."`
	Fmt      fmtCmd      `cmd:"" help:"Write a configuration in its canonical form."`
	Test     testCmd     `cmd:"" help:"Run the test blocks of a configuration."`
	Explain  explainCmd  `cmd:"" help:"Tell where a call would go, and why."`
	Graph    graphCmd    `cmd:"" help:"Draw where calls can go, as Mermaid or DOT."`

	Completion completionCmd `cmd:"" help:"Print what has a shell complete these commands."`
	Complete   completeCmd   `cmd:"" hidden:"" help:"Print what may stand at the cursor."`

	Plugin struct {
		List pluginListCmd `cmd:"" help:"List the plugins that there are: bundled, in plugin_dir, configured."`
		New  pluginNewCmd  `cmd:"" help:"Begin a plugin of your own, in a new folder."`
		Test pluginTestCmd `cmd:"" help:"Try whether a program keeps the rules of its kind."`
		Dev  pluginDevCmd  `cmd:"" help:"Run a plugin in a live daemon, and start it anew whenever its program changes."`
	} `cmd:"" help:"What plugins there are; write and test one."`

	Status     statusCmd     `cmd:"" help:"The switch at a glance." group:"live"`
	Calls      callsCmd      `cmd:"" help:"List the live calls." group:"live"`
	Extensions extensionsCmd `cmd:"" help:"List the extensions and their devices." group:"live"`
	Extension  struct {
		Show extensionShowCmd `cmd:"" help:"Show how a phone registers, with its secret."`
		Set  extensionSetCmd  `cmd:"" help:"Set do not disturb, call waiting and forwards, as the phone would by a code."`
	} `cmd:"" help:"One extension." group:"live"`
	Features featuresCmd `cmd:"" help:"List the codes that phones can dial." group:"live"`
	Mail     struct {
		Test mailTestCmd `cmd:"" help:"Send a test by the mail server of the configuration."`
	} `cmd:"" help:"Outgoing mail." group:"live"`
	Invite    inviteCmd    `cmd:"" help:"Let somebody choose a password for the web: an extension, or admin." group:"live"`
	Prompt    promptCmd    `cmd:"" help:"What is spoken: list, prepare ahead, forget." group:"live"`
	Schedules schedulesCmd `cmd:"" help:"List the schedules, and whether they are open." group:"live"`
	Schedule  struct {
		Set scheduleSetCmd `cmd:"" help:"Switch a schedule by hand: open, closed, or back to its hours."`
	} `cmd:"" help:"One schedule." group:"live"`
	Trunks     trunksCmd     `cmd:"" help:"List the trunks." group:"live"`
	Plugins    pluginsCmd    `cmd:"" help:"List the plugins." group:"live"`
	CDR        cdrCmd        `cmd:"" name:"cdr" help:"List finished calls, or show one." group:"live"`
	Recordings recordingsCmd `cmd:"" help:"List the recordings, save the sound of one, or delete it." group:"live"`
	Voicemail  voicemailCmd  `cmd:"" help:"List the mailboxes, the messages of one; save the sound of a message, mark it, or delete it." group:"live"`
	Transcript transcriptCmd `cmd:"" help:"Show what was said in a call, or delete it." group:"live"`
	Record     recordCmd     `cmd:"" help:"Record a live call; pause, go on or stop." group:"live"`
	Plan       planCmd       `cmd:"" help:"Say what applying the configuration's files would do." group:"live"`
	Apply      applyCmd      `cmd:"" help:"Put the configuration's files in force, all of it or nothing." group:"live"`
	Call       callCmd       `cmd:"" help:"Ring an extension, then dial a number for it." group:"live"`
	Hangup     hangupCmd     `cmd:"" help:"End a call, or one party of it." group:"live"`
	Hold       holdCmd       `cmd:"" help:"Hold a call for a party, as if its phone did." group:"live"`
	Resume     resumeCmd     `cmd:"" help:"End such a hold." group:"live"`
	Mute       muteCmd       `cmd:"" help:"Let nobody hear a party." group:"live"`
	Unmute     unmuteCmd     `cmd:"" help:"Let a party be heard again." group:"live"`
	DTMF       dtmfCmd       `cmd:"" name:"dtmf" help:"Send digits to a party." group:"live"`
	Park       parkCmd       `cmd:"" help:"Park a party of a call: it waits in a slot, which somebody dials." group:"live"`
	Parked     parkedCmd     `cmd:"" help:"List the parked calls." group:"live"`
	Queues     queuesCmd     `cmd:"" help:"List the queues, or show who waits in one and how its agents stand." group:"live"`
	Agent      struct {
		Login  agentLoginCmd  `cmd:"" help:"Have an agent take the callers of a queue."`
		Logout agentLogoutCmd `cmd:"" help:"Have them take none any more."`
		Pause  agentPauseCmd  `cmd:"" help:"Give an agent a break from all queues."`
		Resume agentResumeCmd `cmd:"" help:"End it."`
	} `cmd:"" help:"Agents of queues." group:"live"`
	Add         addCmd         `cmd:"" help:"Ring somebody who shall come into a call." group:"live"`
	Transfer    transferCmd    `cmd:"" help:"Send a party of a call to a number, or into another call." group:"live"`
	Join        joinCmd        `cmd:"" help:"Bring the parties of one call into another." group:"live"`
	Conferences conferencesCmd `cmd:"" help:"List the conferences, and who is in them." group:"live"`
	Kick        kickCmd        `cmd:"" help:"Put a party out of a conference." group:"live"`
	Lock        lockCmd        `cmd:"" help:"Let nobody else into a conference." group:"live"`
	Unlock      unlockCmd      `cmd:"" help:"Let others into a conference again." group:"live"`
	Dump        dumpCmd        `cmd:"" help:"Write what a party of a live call says and hears into a WAV file." group:"live"`
	Trace       traceCmd       `cmd:"" help:"Draw the SIP ladder and the story of a live or finished call." group:"live"`
	Logs        logsCmd        `cmd:"" help:"Show the last lines of the daemon's log, and those that come." group:"live"`
}

// app is what a command's Run gets.
type app struct {
	Program
	*grammar
	ctx context.Context
}

// Error is a failure with the exit code that it means.
type Error struct {
	Code int
	Err  error // nil: all has been said already
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err == nil {
		return "failed"
	}
	return e.Err.Error()
}

// Unwrap gives the failure itself.
func (e *Error) Unwrap() error { return e.Err }

func fail(code int, format string, args ...any) error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...)}
}

// exited is how kong's --help and --version leave the parser.
type exited int

// Run runs one command line (without the program's name) and returns the exit
// code.
func (p Program) Run(ctx context.Context, args []string) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exited:
			code = int(r)
		default:
			fmt.Fprintf(p.Stderr, "plugboard: this is a bug, please report it: %v\n%s", r, debug.Stack())
			code = Bug
		}
	}()
	if p.Now == nil {
		p.Now = time.Now
	}
	a := &app{Program: p, grammar: &grammar{}, ctx: ctx}
	parser, err := a.parser(a.grammar)
	if err != nil {
		panic(err) // the grammar above is wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(p.Stderr, "plugboard: %v\nSee %s --help.\n", err, typed(err))
		return Wrong
	}
	return p.report(command.Run(a))
}

// parser reads a command line into g.
func (p Program) parser(g *grammar) (*kong.Kong, error) {
	return kong.New(g,
		kong.Name("plugboard"),
		kong.Description("A PBX of plugins. Start with: plugboard run"),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(c int) { panic(exited(c)) }),
		kong.Vars{"version": "plugboard " + p.Version},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ExplicitGroups([]kong.Group{{Key: "live", Title: "A running daemon:"}}),
	)
}

// typed is the command that could not be understood, as far as it could be.
func typed(err error) string {
	var e *kong.ParseError
	if errors.As(err, &e) && e.Context != nil {
		if node := e.Context.Selected(); node != nil {
			return node.FullPath()
		}
	}
	return "plugboard"
}

// report says what failed and returns the exit code.
func (p Program) report(err error) int {
	if err == nil {
		return Done
	}
	var e *Error
	if !errors.As(err, &e) {
		fmt.Fprintf(p.Stderr, "plugboard: this is a bug, please report it: %v\n", err)
		return Bug
	}
	if e.Err != nil {
		fmt.Fprintf(p.Stderr, "plugboard: %v\n", e.Err)
	}
	return e.Code
}
