/** Docker 18.09's containerd refuses every start without it; 1.12 needs `--oom-score-adjust=0`. */
export const noOomScores = 'CAP_SYS_RESOURCE is missing: a daemon cannot lower OOM scores';

/** moby took up cgroup v2 in 20.10. */
export const noCgroup1 = 'this host has cgroup v2 alone: daemons before 20.10 cannot run';
