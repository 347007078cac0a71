using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>
/// A figure of a program of the user's, such as one that may not be distributed with this one: it is started with two recordings (WAV, 16
/// kHz), the original and the reconstruction, and prints a number as its first line. No shell is between. Thread-safe.
/// </summary>
internal sealed partial class ExternalMeasure
{
    private const int MostOutput = 1 << 12;

    private readonly string _program;

    internal ExternalMeasure(string name, string program) => (Name, _program) = (name, program);

    /// <summary>A program that takes longer for one pair of recordings counts as stuck.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What the figure is called in all tables.</summary>
    public string Name { get; }

    /// <param name="given"><c>NAME=PROGRAM</c>.</param>
    /// <returns>Null for another form, or a name that is taken.</returns>
    public static ExternalMeasure? Parse(string given) =>
        given.Split('=', 2) is [var name, { Length: > 0 } program] && PlainName().IsMatch(name) && !TokenizerFigures.IsOwn(name)
            ? new ExternalMeasure(name, program)
            : null;

    /// <param name="original">A WAV file.</param>
    /// <param name="copy">Another one.</param>
    /// <param name="recording">For the message.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <exception cref="Runs.UserException">It cannot be started, fails, does not end, or prints no number.</exception>
    public double Of(string original, string copy, string recording, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var process = Start(original, copy);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(Limit);
        process.StandardInput.Close();
        var errors = Task.Run(() => Text(process.StandardError), CancellationToken.None);
        var printed = Task.Run(() => Text(process.StandardOutput), CancellationToken.None);
        string output;
        try
        {
            process.WaitForExitAsync(end.Token).GetAwaiter().GetResult();
            output = printed.WaitAsync(end.Token).GetAwaiter().GetResult();
            var said = errors.WaitAsync(end.Token).GetAwaiter().GetResult();
            if (process.ExitCode != 0)
                throw TokenizerFaults.MeasureFailed(Name, _program, recording, Last(said) ?? $"exit code {process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancellation.ThrowIfCancellationRequested();
            throw TokenizerFaults.MeasureFailed(Name, _program, recording, string.Create(CultureInfo.InvariantCulture,
                $"no end within {Limit.TotalSeconds:0.#} s"));
        }
        var line = output.Split('\n')[0].Trim();
        return double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw TokenizerFaults.MeasureFailed(Name, _program, recording, line.Length == 0 ? "nothing" : $"'{line}'");
    }

    private Process Start(string original, string copy)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(_program, [original, copy])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception e)
        {
            throw TokenizerFaults.MeasureNotStarted(Name, _program, e);
        }
    }

    /// <summary>The beginning of what it prints; the rest is read and dropped, so that it never waits for a reader.</summary>
    private static string Text(StreamReader reader)
    {
        var (text, dropped) = (new char[MostOutput], new char[MostOutput]);
        var length = reader.ReadBlock(text);
        while (reader.ReadBlock(dropped) > 0)
        {
        }
        return new string(text, 0, length);
    }

    private static string? Last(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();

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

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]{0,31}\z")]
    private static partial Regex PlainName();
}
