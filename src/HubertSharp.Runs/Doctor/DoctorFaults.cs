namespace HubertSharp.Runs.Doctor;

internal static class DoctorFaults
{
    public static UserException NoMetrics(string path) =>
        UserException.Create("no training metrics in it", path, "lines of JSON with num_updates and loss, as metrics.jsonl or a fairseq log with log_format: json has them", "none",
            "name a run folder or such a log");

    public static UserException TooLong(string path, int maximum) =>
        UserException.Create("too many lines of metrics", path, $"at most {maximum}", "more", "raise common.log_interval, or cut the file");

    public static UserException NoLog(string path) =>
        UserException.Create("no log in the folder", path, "metrics.jsonl, log.jsonl or hydra_train.log", "none", "name the log file itself");
}
