namespace HubertSharp.Runs.Languages;

/// <summary>The language that a report is written in.</summary>
public enum ReportLanguage
{
    English,
    Chinese,
}
