using HubertSharp.Runs;

namespace HubertSharp.Corpora.Splitting;

/// <summary>The wording of what can be wrong with the splitting of long recordings.</summary>
internal static class SplitLongFaults
{
    public static UserException Bound(string option, string expected, double found) =>
        UserException.Create("this bound cannot be", option, expected, $"{found}", "choose another number of seconds");

    /// <summary>Why a recording gives no piece.</summary>
    public static string NoSpeech { get; } =
        UserException.Create("no speech in it, by its energy, that is long enough",
            next: "listen to it, or ask for a smaller --min-seconds")
            .Message;
}
