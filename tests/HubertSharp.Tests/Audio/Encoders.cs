using System.Diagnostics;

namespace HubertSharp.Tests.Audio;

/// <summary>Makes files of other formats with the ffmpeg program.</summary>
internal static class Encoders
{
    public static string Convert(string source, string target, params string[] options)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", "-y", "-i", source, .. options, target])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return target;
    }
}
