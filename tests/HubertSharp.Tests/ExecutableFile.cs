using System.Diagnostics;

namespace HubertSharp.Tests;

/// <summary>
/// Programs that tests write and start. Another process writes them: a file that this one has open for writing is for a moment open in
/// each child that other tests start meanwhile too, and Linux starts no program that anybody can still write to.
/// </summary>
internal static class ExecutableFile
{
    /// <summary>Copies a file and makes it one that can be started.</summary>
    public static void Install(string source, string path)
    {
        using var install = Process.Start("install", ["-D", "-m", "755", source, path]);
        install.WaitForExit();
        Assert.Equal(0, install.ExitCode);
    }
}
