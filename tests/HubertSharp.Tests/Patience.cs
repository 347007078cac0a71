using System.Diagnostics;

namespace HubertSharp.Tests;

/// <summary>
/// For what other threads, processes and browsers do: a test waits until it is done, however busy the machine is, and never for a time in
/// which it ought to be.
/// </summary>
internal static class Patience
{
    /// <summary>The same for an attribute.</summary>
    public const int LongMilliseconds = 120_000;

    /// <summary>When something hangs: a machine that others use may take many times what it would alone, and that is no fault.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMilliseconds(LongMilliseconds);

    /// <summary>For a look at what must not happen: too short is no fault, only less of a test.</summary>
    public static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until it is so.</summary>
    /// <param name="isSo">Asked again and again.</param>
    /// <param name="what">What has not come when all patience is used up.</param>
    public static void Until(Func<bool> isSo, string what)
    {
        for (var clock = Stopwatch.StartNew(); !isSo(); Thread.Sleep(5))
            Assert.True(clock.Elapsed < Long, $"{what}: not after {Long.TotalSeconds} s");
    }
}
