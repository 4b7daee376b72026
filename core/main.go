package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"

	"github.com/plugboard/plugboard/core/cli"
	"github.com/plugboard/plugboard/core/daemon"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	p := cli.Program{Version: version, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Daemon: run}
	os.Exit(p.Run(context.Background(), os.Args[1:]))
}

// garbage is how much of it there may be, in percent of what is in use, before it is
// collected, unless GOGC says otherwise. What is in use without any call (music, the
// API's description) makes room for a good deal; with the usual 100 a call would take
// half as much again for its garbage. Below 60 its set-up begins to cost more.
const garbage = 60

// run is the daemon until a signal: the first SIGTERM or SIGINT drains, the
// second ends at once. SIGHUP puts the configuration's files in force. Signals are taken
// until the process is over: one that comes late is no other end than the one that is
// under way.
func run(ctx context.Context, o cli.RunOptions) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	drain, stopDraining := context.WithCancel(ctx)
	defer stopDraining()
	kill, stop := context.WithCancel(ctx)
	defer stop()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	hangups := make(chan os.Signal, 1) // those that come during a reload are one
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-kill.Done():
				return
			case <-signals:
				if drain.Err() == nil {
					stopDraining()
				} else {
					stop()
				}
			}
		}
	}()

	d, err := daemon.New(daemon.Options{Config: o.Config, Load: o.Load, CheckPlugins: o.CheckPlugins, Version: o.Version, Log: o.Log})
	if err != nil {
		return err
	}
	if err := d.Start(drain); err != nil {
		return err
	}
	serving, over := context.WithCancel(ctx)
	var reloads sync.WaitGroup
	defer reloads.Wait()
	defer over()
	defer d.Close()
	reloads.Go(func() {
		for {
			select {
			case <-serving.Done():
				return
			case <-hangups:
				_, _ = d.Reload(serving) // it logs what came of it
			}
		}
	})
	if err := drain.Err(); err == nil {
		d.Banner(os.Stdout, o.Path)
	}
	if err := d.Run(drain, kill, o.DrainTimeout); err != nil {
		return fmt.Errorf("the daemon ended: %w", err)
	}
	return nil
}
