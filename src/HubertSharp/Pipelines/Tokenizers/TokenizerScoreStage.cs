using HubertSharp.Decoding.Recordings;
using HubertSharp.Features;
using HubertSharp.Interop;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.Runs.Stages;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Scoring;
using HubertSharp.Tensors;
using HubertSharp.Training;

namespace HubertSharp.Pipelines.Tokenizers;

/// <summary>
/// What one tokenizer makes of recordings that no model was trained on, as <c>hubert tokenizer evaluate</c> measures it, with its page and
/// its recordings in the run folder. The recipe's fine-tuning, where it has one, writes down what is said.
/// </summary>
internal static class TokenizerScoreStage
{
    public static Stage Create(PipelineContext context, PipelineTokenizers shared, PipelineTokenizer tokenizer) =>
        new(tokenizer.ScoringStage, tokenizer.ScoreFolder)
        {
            Inputs = () =>
            {
                var inputs = context.AudioInputs([shared.ScoredSplit])
                    .File("tokenizer", TokenizerReader.Find(tokenizer.RunFolder))
                    .File("alignment", ReferenceStage.AlignmentPath(context)).File("labels", shared.LabelPath)
                    .Setting("quantizers", string.Join(',', shared.Recipe.Quantizers)).Setting("examples", shared.Recipe.Examples);
                return context.Finetuning is { } tuning ? inputs.Setting("recogniser", ModelIdentity.Of(tuning.RunFolder)) : inputs;
            },
            Run = cancellation =>
            {
                var device = PrecisionChoice.Device(tokenizer.Config.Value.Common);
                using var model = TokenizerReader.Read(tokenizer.RunFolder).Build(device);
                using var recogniser = context.Finetuning is { } tuning
                    ? new TorchCtcScorer(ModelReader.Read(tuning.RunFolder), ComputePrecision.Float32, device)
                    : null;
                using var labels = FeatureDumpReader.Open(shared.TeacherFolder, shared.ScoredSplit);
                var options = new TokenizerScoringOptions
                {
                    ModelPath = tokenizer.RunFolder,
                    ManifestPath = context.Manifest(shared.ScoredSplit),
                    Quantizers = shared.Recipe.Quantizers,
                    ReferencePath = LayerManifests.IsCovered(context, shared.ScoredSplit) ? ReferenceStage.AlignmentPath(context) : null,
                    LabelsPath = shared.LabelPath,
                    LabelRate = labels.Description?.FrameRate,
                    Recogniser = recogniser,
                    RecogniserPath = context.Finetuning?.RunFolder,
                    OutputFolder = tokenizer.ScoreFolder,
                    Examples = shared.Recipe.Examples,
                };
                ConsecutiveStages.Run(context.Options.Progress, stages => TokenizerScoring.Run(model, options, stages, cancellation));
                return PipelineContext.FilesIn(tokenizer.ScoreFolder);
            },
        };

    /// <summary>The report of a tokenizer whose turn has come before.</summary>
    public static string ReportPath(PipelineTokenizer tokenizer) => Path.Combine(tokenizer.ScoreFolder, TokenizerReport.FileName);
}
