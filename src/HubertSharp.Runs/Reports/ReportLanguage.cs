namespace HubertSharp.Runs.Reports;

/// <summary>The language that a report is written in.</summary>
public enum ReportLanguage
{
    English,
    Chinese,
}
