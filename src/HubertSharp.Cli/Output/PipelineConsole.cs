using HubertSharp.Distributed;
using HubertSharp.Pipelines;
using HubertSharp.Runs;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Recipes;
using HubertSharp.Runs.Reports;
using HubertSharp.Training;

namespace HubertSharp.Cli.Output;

/// <summary>
/// Runs a recipe with its progress on the console, and closes with the report: for <c>hubert pipeline</c> and <c>hubert demo</c>.
/// </summary>
internal sealed class PipelineConsole
{
    private Action<string> _say = Console.WriteLine;

    public static void Run(
        Recipe recipe, string folder, IEnumerable<string> forced, ReportLanguage language, Replicas replicas,
        CancellationToken cancellation)
    {
        var options = new PipelineOptions { Recipe = recipe, Folder = folder, Forced = forced.ToHashSet(), Replicas = replicas };
        if (!replicas.Writes)
        {
            Pipeline.Follow(options, cancellation);
            return;
        }
        var console = new PipelineConsole();
        var report = Pipeline.Run(
            options with
            {
                Say = text => console._say(text),
                Progress = console.StartProgress,
                Training = console.StartTraining,
            },
            cancellation);
        ConsoleReport.Write(report, language, Console.Out);
        Console.WriteLine();
        Console.WriteLine(Pipeline.PagePath(folder, language));
    }

    private Display<StageProgress> StartProgress(string title)
    {
        var progress = ConsoleProgress.Start($"  {title}");
        return new Display<StageProgress>(this, progress, progress, progress.WriteLine);
    }

    private Display<TrainingStatus> StartTraining()
    {
        var view = new PretrainingView(plain: false);
        return new Display<TrainingStatus>(this, view, view, view.WriteLine);
    }

    /// <summary>A live line; while it is open, what the pipeline says goes above it.</summary>
    private sealed class Display<T> : IProgress<T>, IDisposable
    {
        private readonly PipelineConsole _console;
        private readonly Action<string> _sayBefore;
        private readonly IProgress<T> _progress;
        private readonly IDisposable _end;

        public Display(PipelineConsole console, IProgress<T> progress, IDisposable end, Action<string> say)
        {
            (_console, _sayBefore, _progress, _end) = (console, console._say, progress, end);
            console._say = text => say($"  {text}");
        }

        public void Report(T value) => _progress.Report(value);

        public void Dispose()
        {
            _end.Dispose();
            _console._say = _sayBefore;
        }
    }
}
