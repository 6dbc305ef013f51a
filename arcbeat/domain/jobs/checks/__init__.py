"""What a look at the jobs finds: pure rules, from figures of the ports to findings."""
