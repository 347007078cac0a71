using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace HubertSharp.Corpora;

/// <summary>Runs another program to its end, without a shell; it is killed when the work is cancelled.</summary>
internal static class ChildProcess
{
    private const int MostOutput = 1 << 16;

    /// <param name="ExitCode">The program's exit code.</param>
    /// <param name="Output">What it printed, both streams, at most 64 KiB.</param>
    public sealed record Result(int ExitCode, string Output)
    {
        /// <summary>The first line that starts with <c>E:</c> (apt's errors), else the last line.</summary>
        public string Reason
        {
            get
            {
                var lines = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                return lines.FirstOrDefault(line => line.StartsWith("E: ", StringComparison.Ordinal))?[3..]
                    ?? lines.LastOrDefault() ?? $"exit code {ExitCode}";
            }
        }
    }

    /// <summary>Returns null when the program cannot be started.</summary>
    public static Result? Run(string program, IEnumerable<string> arguments, string workingFolder, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            return null;
        }
        using (process)
        using (cancellation.Register(() => Kill(process)))
        {
            process.StandardInput.Close();
            var output = new StringBuilder();
            process.OutputDataReceived += (_, line) => Keep(output, line.Data);
            process.ErrorDataReceived += (_, line) => Keep(output, line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            return new Result(process.ExitCode, output.ToString());
        }
    }

    private static void Keep(StringBuilder output, string? line)
    {
        lock (output)
        {
            if (line is not null && output.Length + line.Length < MostOutput)
                output.Append(line).Append('\n');
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it has ended by itself
        }
    }
}
