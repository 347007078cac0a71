using HubertSharp.Runs.Recipes;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.Pipelines.Tokenizers;

/// <summary>Where the tokenizers of a pipeline lie, and what they have in common.</summary>
internal sealed class PipelineTokenizers
{
    private readonly PipelineContext _context;

    public PipelineTokenizers(PipelineContext context, RecipeTokenizers recipe)
    {
        (_context, Recipe) = (context, recipe);
        All = [.. recipe.Teachers.Select(teacher => new PipelineTokenizer(context, this, teacher))];
    }

    public RecipeTokenizers Recipe { get; }

    public IReadOnlyList<PipelineTokenizer> All { get; }

    /// <summary>Of the HuBERT's features, their clusters and the labels of what is scored.</summary>
    public string TeacherFolder => _context.At("tokenizers", "teacher");

    public string ClusterPath => Path.Combine(TeacherFolder, "km.safetensors");

    /// <summary>Recordings that no model was trained on, where there are some.</summary>
    public string ScoredSplit => _context.EvaluationSplits.Last();

    public string LabelPath => Path.Combine(TeacherFolder, $"{ScoredSplit}.km");

    public string ComparisonFolder => Path.Combine(_context.Folder, Path.GetDirectoryName(PipelineReport.TokenizerPage(false))!);

    public string SummaryPath => Path.Combine(ComparisonFolder, TokenizerSummary.FileName);

    /// <summary>The HuBERT's layer, asked for when it has been chosen.</summary>
    /// <exception cref="Runs.UserException">The best is asked for, and none was chosen.</exception>
    public string Layer => Recipe.Layer != RecipeTokenizers.BestLayer ? Recipe.Layer
        : _context.ChosenLayer is { } chosen ? $"{chosen}"
        : throw PipelineFaults.NoChosenLayer(_context.ModelFolder);
}
