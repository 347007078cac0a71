using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace HubertSharp.Tests.Cli;

/// <summary>The real <c>hubert</c> program in a process of its own.</summary>
internal sealed class HubertProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private HubertProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Append(_error, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The one beside the tests, or what <c>test.sh</c> had compiled ahead of it.</summary>
    private static string Program { get; } =
        Environment.GetEnvironmentVariable("HUBERTSHARP_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "hubert.dll");

    public static HubertProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>With variables of its own environment.</summary>
    public static HubertProcess Start(Dictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new HubertProcess(start);
    }

    /// <summary>Runs the program to its end.</summary>
    public static HubertResult Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return process.WaitForEnd();
    }

    /// <summary>Runs <paramref name="script"/> in a shell in which <c>$HUBERT</c> starts the program.</summary>
    public static HubertResult RunShell(string[] shell, string script)
    {
        using var process = StartShell(shell, script);
        return process.WaitForEnd();
    }

    /// <summary>Starts <paramref name="script"/> in a shell in which <c>$HUBERT</c> starts the program.</summary>
    public static HubertProcess StartShell(string[] shell, string script)
    {
        var start = new ProcessStartInfo(shell[0], [.. shell[1..], script]);
        start.Environment["HUBERT"] = $"dotnet {Program}";
        return new HubertProcess(start);
    }

    public HubertResult WaitForEnd()
    {
        if (!_process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"the program does not end; it said: {Output} {Error}");
        }
        _process.WaitForExit(); // the last lines too
        return new HubertResult(_process.ExitCode, Output, Error);
    }

    /// <summary>Waits for a text on either stream; false when the program ended before.</summary>
    public bool WaitFor(string text)
    {
        for (var deadline = Stopwatch.StartNew(); deadline.Elapsed < TimeSpan.FromMinutes(4); Thread.Sleep(5))
        {
            if (Output.Contains(text, StringComparison.Ordinal) || Error.Contains(text, StringComparison.Ordinal))
                return true;
            if (_process.HasExited)
                return false;
        }
        throw new TimeoutException($"'{text}' does not come; the program said: {Output} {Error}");
    }

    public void Interrupt() => Signal(2);

    public void Terminate() => Signal(15);

    /// <summary>Sends any signal, by its number; to a program that has ended there is nobody to get it.</summary>
    public void Signal(int signal) => Assert.True(Signal(_process.Id, signal) == 0 || _process.WaitForExit(Patience.Long));

    public int Id => _process.Id;
    /// <summary>Standard output so far.</summary>
    public string Said => Output;

    public bool HasEnded => _process.HasExited;

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit(Patience.Long); // what still writes keeps its folder from being removed
        _process.Dispose();
    }

    private string Output => Text(_output);

    private string Error => Text(_error);

    private static void Append(StringBuilder builder, string? line)
    {
        if (line is null)
            return;
        lock (builder)
            builder.Append(line).Append('\n');
    }

    private static string Text(StringBuilder builder)
    {
        lock (builder)
            return builder.ToString();
    }

    [DllImport("libc", EntryPoint = "kill")]
    public static extern int Signal(int process, int signal);
}

/// <summary>How the program ended and what it said.</summary>
internal sealed record HubertResult(int ExitCode, string Output, string Error);
