using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Runs.Doctor;

/// <summary>A run as the doctor finds it.</summary>
/// <param name="Log">The log's path; of several that follow each other the newest.</param>
/// <param name="Series">Its curves.</param>
/// <param name="Context">What lies beside it.</param>
/// <param name="Folder">The folder of the run.</param>
public sealed record DoctorCase(string Log, MetricsSeries Series, DoctorContext Context, string Folder);
