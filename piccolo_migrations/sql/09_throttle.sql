-- Counts that last an hour need not survive a crash, and cost no log: the table is in no backup's interest.
ALTER TABLE throttle SET UNLOGGED;
