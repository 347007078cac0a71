using System.CommandLine;
using System.Runtime.CompilerServices;
using HubertSharp.Cli.Benchmarks;
using HubertSharp.Cli.Verbs;
using HubertSharp.Cli.Verbs.Corpora;
using HubertSharp.Cli.Verbs.Labels;
using HubertSharp.Cli.Verbs.Texts;
using HubertSharp.Cli.Verbs.Tokenizers;

namespace HubertSharp.Cli;

/// <summary>The <c>hubert</c> command: every verb, in the order of the road.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (!StartLimits.Suffice())
            return 1;
        try
        {
            return RunAsync(args).GetAwaiter().GetResult();
        }
        catch (Exception e) when (StartLimits.IsNotLoaded(e))
        {
            StartLimits.SayNotLoaded(e);
            return 1;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // what it needs is loaded when it is called, not before
    private static Task<int> RunAsync(string[] args)
    {
        Terminal.Guard();
        // A fault on a thread of its own ends the process: with our message and exit code.
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
            Environment.Exit(CommandHost.Report((Exception)e.ExceptionObject, interrupted: false, Console.Error));
        return CommandHost.RunAsync(CreateRoot(), args, Console.Error);
    }

    public static RootCommand CreateRoot() =>
        new RootCommand("Pre-train HuBERT speech models, explain their loss, and prove what the features are worth.")
        {
            DemoVerb.Create(),
            CorpusVerb.Create(),
            ManifestVerb.Create(),
            FeaturesVerb.Create(),
            KMeansVerb.Create(),
            LabelsVerb.Create(),
            PretrainVerb.Create(),
            FinetuneVerb.Create(),
            ConvertVerb.Create(),
            OnnxVerb.Create(),
            TranscribeVerb.Create(),
            TokenizerVerb.Create(),
            PipelineVerb.Create(),
            DoctorVerb.Create(),
            DashboardVerb.Create(),
            HangVerb.Create(),
            QualityVerb.Create(),
            EvaluateVerb.Create(),
            ProbeVerb.Create(),
            AbxVerb.Create(),
            ScoreVerb.Create(),
            LmVerb.Create(),
            BenchVerb.Create(),
            ConfigVerb.Create(),
            PlanVerb.Create(),
        }
        .WithExample("hubert demo")
        .WithExample("hubert pipeline recipes/demo.yaml --out runs/demo");
}
